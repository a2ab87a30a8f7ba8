"""MSE, PSNR, SSIM and their maps, by a stated protocol."""
